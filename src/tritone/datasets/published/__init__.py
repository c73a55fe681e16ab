"""Published feature files of the field, in the layouts in which their authors gave them out."""
