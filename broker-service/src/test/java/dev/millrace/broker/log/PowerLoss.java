package dev.millrace.broker.log;

/** The simulated machine has no power: nothing more happens until {@link SimulatedStorage#crash}. */
public final class PowerLoss extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PowerLoss() {
        super("simulated loss of power", null, false, false);
    }
}
