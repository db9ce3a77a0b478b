package dev.millrace.relay;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the packages: the two sides know neither each other nor what joins them. */
@AnalyzeClasses(packages = "dev.millrace.relay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("web")
            .definedBy("dev.millrace.relay.web")
            .layer("relay")
            .definedBy("dev.millrace.relay")
            .layer("capture")
            .definedBy("dev.millrace.relay.capture")
            .layer("publish")
            .definedBy("dev.millrace.relay.publish")
            .whereLayer("web")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("relay")
            .mayOnlyBeAccessedByLayers("web")
            .whereLayer("capture")
            .mayOnlyBeAccessedByLayers("relay")
            .whereLayer("publish")
            .mayOnlyBeAccessedByLayers("relay", "web");
}
