"""What pages are put together from: cells, filters, paging, export, fields, charts, progress."""
