package dev.millrace.broker.history;

import dev.millrace.broker.core.History;

/** A context that remembers where its texts lie in the open segment of each tier. Used by the core's thread alone. */
final class TextContext implements History.Context {

    final History.Texts texts;
    /** By tier: which segment the place is in. */
    private final OpenSegment[] segments = new OpenSegment[Tier.COUNT];

    private final int[] places = new int[Tier.COUNT];

    TextContext(History.Texts texts) {
        this.texts = texts;
    }

    /** The place of the texts in a tier's open segment; -1 if it has no room for them. */
    int placeIn(OpenSegment segment, int tier) {
        if (segments[tier] != segment) {
            int place = segment.placeOf(texts);
            if (place < 0) {
                return -1;
            }
            places[tier] = place;
            segments[tier] = segment;
        }
        return places[tier];
    }
}
