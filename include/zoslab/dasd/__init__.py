"""Direct access storage: CKD images, tracks, labels, VTOCs and the data sets on them, in the formats z/OS writes."""
