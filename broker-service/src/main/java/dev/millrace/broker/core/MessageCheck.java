package dev.millrace.broker.core;

import java.util.Map;

/** Judges messages before they are stored. Used by one thread at a time. */
@FunctionalInterface
public interface MessageCheck {

    /** What is wrong with a message, for people: what was expected, and what came. Null if nothing is. */
    String violation(Message message);

    /** Makes checks; given to the core, which does not know what schemas say, or how messages are encoded. */
    interface Compiler {

        /** Knows no schemas. */
        Compiler NONE = new Compiler() {
            @Override
            public MessageCheck compile(Map<String, String> schemas) {
                throw new InvalidSchemaException("Messages are not checked here.");
            }

            @Override
            public String incompatibility(String older, String newer) {
                return null;
            }
        };

        /**
         * @param schemas by the subjects of the messages that have to conform to them; the others always do
         * @throws InvalidSchemaException with what is wrong with one of them
         */
        MessageCheck compile(Map<String, String> schemas);

        /**
         * Why a schema cannot follow another one, for people: somebody who knows only one of the two would not
         * understand a message that conforms to the other. Null if it can.
         */
        String incompatibility(String older, String newer);
    }
}
