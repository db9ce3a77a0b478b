package dev.millrace.broker.core;

/** A message cannot be changed as asked for. */
public class EditRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EditRefusedException(String message) {
        super(message);
    }
}
