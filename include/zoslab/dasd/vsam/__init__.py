"""VSAM data sets on tracks: control intervals, key-sequenced and entry-sequenced data sets."""
