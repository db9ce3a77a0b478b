package dev.millrace.benchmarks.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for terminals: columns as wide as their widest cell, the first one to the left, the others to the right. */
public final class TextTable {
    private static final String UNKNOWN = "-";

    private final List<List<String>> rows = new ArrayList<>();

    /** @param head names of the columns */
    public TextTable(String... head) {
        rows.add(List.of(head));
    }

    /** Adds a row with as many cells as the head has. */
    public void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells below " + rows.getFirst());
        }
        rows.add(List.of(cells));
    }

    /** A number with this many decimals and commas between thousands; a dash if it is not known. */
    public static String number(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : UNKNOWN;
    }

    /** How many times {@code value} is {@code of}, with two decimals; a dash if that is not known. */
    public static String ratio(double value, double of) {
        double ratio = value / of;
        return Double.isFinite(ratio) ? number(ratio, 2) + " x" : UNKNOWN;
    }

    /** All of it, a line for each row. */
    public String print() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                String format = i == 0 ? "%-" + widths[i] + "s" : "  %" + widths[i] + "s";
                text.append(format.formatted(row.get(i)));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }
}
