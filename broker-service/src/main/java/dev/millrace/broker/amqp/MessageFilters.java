package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.InvalidSelectionException;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.MessageFilter;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.selector.Selector;
import dev.millrace.broker.selector.SelectorSyntaxException;
import dev.millrace.broker.selector.SubjectPattern;
import java.util.ArrayList;
import java.util.List;

/** Makes filters over encoded AMQP messages. Thread-safe. */
public final class MessageFilters implements MessageFilter.Compiler {

    private static final String SUBJECT = "properties.subject";

    @Override
    public MessageFilter compile(Selection selection) {
        try {
            return new Filter(
                    selection.selector() == null ? null : Selector.parse(selection.selector()),
                    selection.subject() == null ? null : SubjectPattern.parse(selection.subject()));
        } catch (SelectorSyntaxException e) {
            throw new InvalidSelectionException(e.getMessage());
        }
    }

    private static final class Filter implements MessageFilter {

        private final Selector selector;
        private final SubjectPattern subject;
        private final MessageValues values;
        private final int subjectIndex;

        private Filter(Selector selector, SubjectPattern subject) {
            this.selector = selector;
            this.subject = subject;
            List<String> names = new ArrayList<>(selector == null ? List.of() : selector.names());
            subjectIndex = names.size();
            names.add(SUBJECT);
            values = new MessageValues(names);
        }

        @Override
        public boolean matches(Message message, long offset, long enqueuedAt, List<Death> deaths) {
            values.over(message, offset, enqueuedAt, deaths);
            try {
                return (subject == null || subject.matches((String) values.value(subjectIndex)))
                        && (selector == null || selector.matches(values));
            } catch (MalformedDataException e) {
                // What the publisher sent is stored unread; a section that cannot be read has no values.
                return false;
            } finally {
                values.clear();
            }
        }
    }
}
