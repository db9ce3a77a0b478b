package dev.millrace.stack.demo;

/** An order that was accepted, and what its customer knows of it. */
record Placed(String id, String sku, int quantity, String email) {}
