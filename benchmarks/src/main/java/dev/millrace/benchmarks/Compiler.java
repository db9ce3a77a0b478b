package dev.millrace.benchmarks;

/** Which of the JVM's compilers the measured processes use, apart from the broker, which always has both. */
public enum Compiler {
    /** The quick one alone, as the local stack and the containers start them: soon warm, and slower then. */
    QUICK("-XX:TieredStopAtLevel=1"),
    /** The optimising one as well, as for a lasting load. */
    OPTIMISING("-XX:TieredStopAtLevel=4");

    private final String flag;

    Compiler(String flag) {
        this.flag = flag;
    }

    /** The flag that chooses it. */
    public String flag() {
        return flag;
    }
}
