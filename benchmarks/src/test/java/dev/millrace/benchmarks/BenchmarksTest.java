package dev.millrace.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.benchmarks.broker.BrokerScenarios;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchmarksTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheScenariosAndTheirOptions() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("checkout") && out.toString().contains("start"), out.toString());
        assertEquals(0, run("checkout", "--help"));
        assertTrue(out.toString().contains("--rate") && out.toString().contains("--order-url"));
    }

    @Test
    void theRelayCanBeMeasuredByItself() {
        assertEquals(0, run("relay", "--help"));
        assertTrue(
                out.toString().contains("--polling-interval") && out.toString().contains("--events"));
    }

    @Test
    void anOutboxThatNobodyKnowsIsACommandLineError() {
        assertEquals(2, run("checkout", "--outbox", "pigeon"));
        assertTrue(err.toString().contains("pigeon"), err.toString());
    }

    @Test
    void everyScenarioOfBrokersCanBeRunByItself() {
        for (String scenario : BrokerScenarios.SCENARIOS) {
            assertEquals(0, run(scenario, "--help"), scenario);
            assertTrue(out.toString().contains("--sync-delay"), out.toString());
        }
    }

    @Test
    void optionsOfAllScenariosOfBrokersAreChecked() {
        assertEquals(2, run("broker", "--rounds", "0"));
    }

    @Test
    void anUnknownScenarioIsACommandLineError() {
        assertEquals(2, run("swim"));
        assertTrue(err.toString().contains("swim"), err.toString());
    }

    @Test
    void whatCannotBeMeasuredIsSaidInOneSentence() {
        assertEquals(1, run("checkout", "--order-url", "http://127.0.0.1:1"));
        assertTrue(err.toString().contains("No order for espresso-cup goes through"), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    private int run(String... arguments) {
        return Benchmarks.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void aBrokerThatNobodyKnowsIsSaidBeforeAnythingStarts() {
        assertEquals(1, run("queue", "--peers", "millrace,carrier-pigeon"));
        assertTrue(err.toString().startsWith("There is no broker \"carrier-pigeon\" here"), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void aLengthOfZeroIsACommandLineError() {
        assertEquals(2, run("queue", "--seconds", "0"));
        assertTrue(err.toString().contains("--seconds"), err.toString());
    }
}
