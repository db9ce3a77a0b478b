/** What customers are told, and how far its e-mail has come. No framework but the annotations of persistence. */
package dev.millrace.notification.domain;
