"""DBRC's messages.

Seen in IBM's documentation or in real output: DSP0058I, DSP0180I, DSP0203I, DSP0209I, DSP0211I, DSP0220I. Documented
numbers, own texts: DSP0380I, DSP0381I, DSP0388I. Own numbers and texts, because the real ones are not public: DSP0901I
and up.
"""

TEXTS = {
    "DSP0058I": "RML COMMAND COMPLETED",
    "DSP0180I": "NUMBER OF RECORDS LISTED IS {count:8}",
    "DSP0203I": "COMMAND COMPLETED WITH CONDITION CODE {code:02}",
    "DSP0209I": "PROCESSING TERMINATED WITH CONDITION CODE = {code:02}",
    "DSP0211I": "{text}",
    "DSP0220I": "COMMAND COMPLETION TIME {time}",
    "DSP0380I": "RECON RECONFIGURATION HAS STARTED",
    "DSP0381I": "RECON RECONFIGURATION IS COMPLETE",
    "DSP0388I": "SSID={ssid} WAS ACTIVE WHEN THE RECON DATA SETS WERE RECONFIGURED",
    "DSP0901I": "{ddname} {dsname} CANNOT BE USED: {reason}",
    "DSP0902I": "AN INTERRUPTED UPDATE OF THE RECON WAS COMPLETED",
    "DSP0903I": "{ddname} {dsname} WAS NOT CURRENT AND IS NOW A COPY OF {source}",
    "DSP0912I": "A VALUE DOES NOT FIT ITS FIELD: {text}",
    "DSP0914I": "SPARE {ddname} {dsname} IS NOW {status}",
    "DSP0915I": "ONLY ONE RECON COPY IS IN USE: {ddname}",
    "DSP0917I": "{ddname} IS {allocated} BUT THE RECON HEADER RECORDS {recorded}",
    "DSP0918I": "SYNTAX ERROR: {text}",
}


def message(number: str, **values: object) -> str:
    """Return a message's line: number, two blanks, text."""
    return f"{number}  {TEXTS[number].format(**values)}"
