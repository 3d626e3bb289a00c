-- The circumstances of each point to be scored, one per row: the kinds of features.item_contexts.
-- Grain: company, receivable, scored_on, kind.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    receivable_id,
    scored_on,
    branch,
    context['kind'] AS kind,
    context['value'] AS value
FROM (
    SELECT
        points.company_id,
        points.customer_id,
        points.receivable_id,
        points.scored_on,
        points.branch,
        unnest([
            struct_pack(kind := 'weekday', value := points.due_weekday),
            struct_pack(kind := 'terms', value := points.terms_band),
            struct_pack(kind := 'month_part', value := points.month_part),
            struct_pack(kind := 'attribute_1', value := points.attribute_1),
            struct_pack(kind := 'attribute_2', value := points.attribute_2),
            struct_pack(kind := 'attribute_3', value := points.attribute_3),
            struct_pack(kind := 'attribute_4', value := points.attribute_4),
            struct_pack(kind := 'attribute_5', value := points.attribute_5),
            struct_pack(kind := 'attribute_6', value := points.attribute_6),
            struct_pack(kind := 'country', value := points.country),
            struct_pack(kind := 'zone', value := points.zone),
            struct_pack(kind := 'sector', value := points.sector),
            struct_pack(kind := 'customer_class', value := points.customer_class),
            struct_pack(kind := 'payment_method', value := points.payment_method)
        ]) AS context
    FROM features.points AS points
) AS contexts
WHERE context['value'] IS NOT NULL
