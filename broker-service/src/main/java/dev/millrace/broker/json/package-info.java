/** Messages as JSON: how people see them, write them and change them. */
package dev.millrace.broker.json;
