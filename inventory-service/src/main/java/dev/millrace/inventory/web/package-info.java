/** The HTTP side: resources, what they show, and problems. */
package dev.millrace.inventory.web;
