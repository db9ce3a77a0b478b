package dev.millrace.broker.core;

/**
 * What looks into messages for the core, which does not know how they are encoded.
 *
 * @param filters makes filters of selections
 * @param editors makes editors of patches
 * @param checks makes checks of schemas
 */
public record MessageContent(
        MessageFilter.Compiler filters, MessageEditor.Compiler editors, MessageCheck.Compiler checks) {

    /** Offers neither selections nor patches. */
    public static final MessageContent OPAQUE =
            new MessageContent(MessageFilter.Compiler.NONE, MessageEditor.Compiler.NONE);

    /** Without schemas. */
    public MessageContent(MessageFilter.Compiler filters, MessageEditor.Compiler editors) {
        this(filters, editors, MessageCheck.Compiler.NONE);
    }
}
