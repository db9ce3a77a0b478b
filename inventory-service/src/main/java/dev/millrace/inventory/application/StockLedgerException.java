package dev.millrace.inventory.application;

import java.sql.SQLException;

/** The database failed while stock was read or moved; the transaction is lost, the work may be tried again. */
public class StockLedgerException extends RuntimeException {

    StockLedgerException(String what, SQLException cause) {
        super(what, cause);
    }
}
