/** What an order is and how it may change: plain Java, with JPA's annotations as the only framework. */
package dev.millrace.order.domain;
