package dev.millrace.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** Dependencies go one way: fronts to engine to core to log; and the core stays pure. */
@AnalyzeClasses(packages = "dev.millrace.broker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrowsGoOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("application")
            .definedBy("dev.millrace.broker")
            .layer("amqp")
            .definedBy("dev.millrace.broker.amqp")
            .layer("http")
            .definedBy("dev.millrace.broker.http")
            .layer("json")
            .definedBy("dev.millrace.broker.json")
            .layer("engine")
            .definedBy("dev.millrace.broker.engine")
            .layer("history")
            .definedBy("dev.millrace.broker.history")
            .layer("core")
            .definedBy("dev.millrace.broker.core")
            .layer("selector")
            .definedBy("dev.millrace.broker.selector")
            .layer("log")
            .definedBy("dev.millrace.broker.log")
            .whereLayer("application")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("amqp")
            .mayOnlyBeAccessedByLayers("application")
            .whereLayer("http")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("json")
            .mayOnlyBeAccessedByLayers("application", "http")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("application", "amqp", "http")
            .whereLayer("history")
            .mayOnlyBeAccessedByLayers("application", "http")
            .whereLayer("core")
            .mayOnlyBeAccessedByLayers("application", "amqp", "http", "json", "engine", "history")
            .whereLayer("selector")
            .mayOnlyBeAccessedByLayers("amqp")
            .whereLayer("log")
            .mayOnlyBeAccessedByLayers("application", "engine", "core");

    @ArchTest
    static final ArchRule coreHasNoClockThreadFileSocketOrFramework = noClasses()
            .that()
            .resideInAPackage("dev.millrace.broker.core")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net.http..",
                    "java.util.concurrent.locks..",
                    "java.time.chrono..",
                    "java.time.zone..",
                    "jakarta..",
                    "io.quarkus..",
                    "io.vertx..",
                    "org.apache.qpid..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .accessClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .accessClassesThat()
            .areAssignableTo(Thread.class);
}
