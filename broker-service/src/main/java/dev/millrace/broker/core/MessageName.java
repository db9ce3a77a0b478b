package dev.millrace.broker.core;

/** The broker's own id of a message in one place: {@code 4-17} is offset 17 of stream 4. */
record MessageName(int streamId, long offset) {

    /**
     * @throws Destinations.Refusal if the text is no id
     */
    static MessageName parse(String text) {
        int dash = text.indexOf('-');
        try {
            if (dash > 0) {
                MessageName name = new MessageName(
                        Integer.parseInt(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
                if (name.toString().equals(text)) {
                    return name;
                }
            }
        } catch (NumberFormatException e) {
            // As refused below.
        }
        throw new Destinations.Refusal(
                BrokerError.Code.INVALID_FIELD,
                "'" + text + "' is not the id of a message: expected one such as 4-17, as listed.");
    }

    @Override
    public String toString() {
        return streamId + "-" + offset;
    }
}
