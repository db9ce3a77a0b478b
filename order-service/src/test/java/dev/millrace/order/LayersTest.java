package dev.millrace.order;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** The arrows between the layers point one way, and the domain knows no framework but JPA. */
@AnalyzeClasses(packages = "dev.millrace.order", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("domain")
            .definedBy("..order.domain..")
            .layer("application")
            .definedBy("..order.application..")
            .layer("messaging")
            .definedBy("..order.messaging..")
            .layer("web")
            .definedBy("..order.web..")
            .whereLayer("web")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("messaging")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("application")
            .mayOnlyBeAccessedByLayers("messaging", "web");

    @ArchTest
    static final ArchRule DOMAIN = ArchRuleDefinition.classes()
            .that()
            .resideInAPackage("..order.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("..order.domain..", "java..", "jakarta.persistence..");
}
