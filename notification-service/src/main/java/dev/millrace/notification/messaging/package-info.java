/** What orders tell, and the jobs of sending e-mails. */
package dev.millrace.notification.messaging;
