-- The circumstances of each item in which habits may differ, one per row: of the item itself, and what its customer is.
-- Grain: company, receivable, stands_after, kind; only circumstances that are known. Columns: features.items.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    branch,
    invoice_date,
    due_on,
    stands_after,
    stands_until,
    settled_on,
    is_late,
    known_from,
    context['kind'] AS kind,
    context['value'] AS value
FROM (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        branch,
        invoice_date,
        due_on,
        stands_after,
        stands_until,
        settled_on,
        is_late,
        known_from,
        unnest([
            struct_pack(kind := 'weekday', value := due_weekday),
            struct_pack(kind := 'terms', value := terms_band),
            struct_pack(kind := 'month_part', value := month_part),
            struct_pack(kind := 'attribute_1', value := attribute_1),
            struct_pack(kind := 'attribute_2', value := attribute_2),
            struct_pack(kind := 'attribute_3', value := attribute_3),
            struct_pack(kind := 'attribute_4', value := attribute_4),
            struct_pack(kind := 'attribute_5', value := attribute_5),
            struct_pack(kind := 'attribute_6', value := attribute_6),
            struct_pack(kind := 'country', value := country),
            struct_pack(kind := 'zone', value := zone),
            struct_pack(kind := 'sector', value := sector),
            struct_pack(kind := 'customer_class', value := customer_class),
            struct_pack(kind := 'payment_method', value := payment_method)
        ]) AS context
    FROM features.items
) AS items
WHERE context['value'] IS NOT NULL AND known_from IS NOT NULL
