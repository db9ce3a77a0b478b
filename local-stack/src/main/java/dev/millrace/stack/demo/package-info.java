/**
 * Demonstrations: each breaks something of a running system, shows what comes of it, lets it recover, and checks that it
 * kept its promises.
 */
package dev.millrace.stack.demo;
