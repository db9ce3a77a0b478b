package dev.millrace.inventory.web;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A stock keeping unit: 1 to 64 letters, digits, dots, hyphens and underscores, first a letter or digit. */
@Pattern(
        regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        message = "must be 1 to 64 letters, digits, '.', '_' or '-', first a letter or digit")
@Constraint(validatedBy = {})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@interface Sku {

    String message() default "is not a sku";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
