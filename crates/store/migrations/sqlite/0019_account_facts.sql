-- Nothing here: SQLite belongs to one process, whose writing connection tells the memory itself what it changes.
SELECT 1;
