/** The language of selectors and of subject patterns: parsing and evaluating, without knowledge of messages. */
package dev.millrace.broker.selector;
