{# The release of a frozen consistency group. Values: pairs. #}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% filter control %}
CGCREATED FCCGVERIFY({{ pairs[0].source }})
ACCESSVOLUME({{ pairs | map(attribute="source") | listed }})
{% endfilter %}

/*
