package dev.millrace.inventory.application;

/** No more faults can be switched on; answered with 409. */
public class TooManyFaultsException extends RuntimeException {

    TooManyFaultsException() {
        super("%d faults are switched on, which is the most: switch one off first".formatted(Faults.MAX_FAULTS));
    }
}
