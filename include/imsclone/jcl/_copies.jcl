{# One copy statement a pair. Values: pairs, copy_mode, freeze (true, false). #}
{% for pair in pairs %}
{% filter control %}
COPY FULL INDYNAM(({{ pair.source }})) OUTDYNAM(({{ pair.target }}))
COPYVOLID FASTREPLICATION(REQUIRED)
{% if copy_mode == "nocopy" %} FCNOCOPY {% endif %}
{% if freeze %} FCCGFREEZE {% endif %}
PURGE ALLDATA(*) ALLEXCP
{% endfilter %}

{% endfor %}
