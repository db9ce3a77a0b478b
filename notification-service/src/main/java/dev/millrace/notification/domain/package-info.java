/** What customers are told, and how far its e-mail has come. No framework but JPA's annotations. */
package dev.millrace.notification.domain;
