{# The release of a frozen consistency group. Values: pairs, verify (true: say whether it was frozen). #}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% filter control %}
CGCREATED {% if verify %} FCCGVERIFY({{ pairs[0].source }}) {% endif %}
ACCESSVOLUME({{ pairs | map(attribute="source") | listed }})
{% endfilter %}

/*
