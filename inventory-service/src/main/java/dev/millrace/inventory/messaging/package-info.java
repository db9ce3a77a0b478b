/** What orders tell, and what follows from it; what order-service asks beforehand. */
package dev.millrace.inventory.messaging;
