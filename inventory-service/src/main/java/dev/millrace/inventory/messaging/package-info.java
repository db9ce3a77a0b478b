/** What orders tell, and what follows from it. */
package dev.millrace.inventory.messaging;
