package dev.millrace.stack.cli;

import dev.millrace.stack.PartsHttp.NoAnswerException;
import dev.millrace.stack.demo.DemoFailure;
import dev.millrace.stack.process.StartFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command line behind the {@code ./millrace} script. Exit codes: 0 it went through (or was stopped on request), 1 it
 * did not, and one sentence on the error stream says why, 2 the command line is wrong.
 */
@Command(
        name = "millrace",
        description = "Runs the Millrace system on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {UpCommand.class, CheckoutCommand.class, DemoCommand.class, CommandLine.HelpCommand.class})
public final class Millrace implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the process. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Millrace())
                .setExecutionExceptionHandler(Millrace::report)
                .execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof StartFailure
                || failure instanceof CheckoutFailure
                || failure instanceof DemoFailure
                || failure instanceof NoAnswerException) {
            System.err.println("millrace: " + failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure; // a mistake of ours: picocli prints the whole of it
    }
}
