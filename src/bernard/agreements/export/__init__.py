"""An agreement in the forms that others read: Cedar, ODRL with the Data Privacy Vocabulary, a register's row."""
