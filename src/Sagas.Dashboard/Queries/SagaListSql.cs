using System.Globalization;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// The query for one part of a list. One query for each state, put together, so that each walks an index in the very
/// order that is wanted and ends after a page, whatever is asked for.
/// </summary>
internal sealed class SagaListSql
{
    /// <summary>What PostgreSQL has a function for, with the usual punctuation as spaces.</summary>
    private static readonly string FailureWords = "_-.:,;'\"()/".Aggregate(
        "' ' || coalesce(failure ->> '$.code', '') || ' ' || coalesce(failure ->> '$.message', '') || ' ' || "
        + "coalesce(failure ->> '$.cause.code', '') || ' ' || coalesce(failure ->> '$.cause.message', '')",
        (text, mark) => $"replace({text}, '{(mark == '\'' ? "''" : mark.ToString())}', ' ')");

    private readonly List<object> _values = [];
    private readonly List<string> _conditions = [];

    private SagaListSql()
    {
    }

    /// <summary>The query, with <c>{0}</c> and so on for the values.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The values.</summary>
    public object[] Values => [.. _values];

    /// <param name="table">The table.</param>
    /// <param name="isPostgres">Whether it is PostgreSQL, otherwise SQLite.</param>
    /// <param name="filter">Which sagas.</param>
    /// <param name="part">Which part of the order.</param>
    /// <param name="cursor">Where in this part the page before ended.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="keyOwner">The saga that was started under an idempotency key that reads like the search.</param>
    /// <param name="limit">How many at most.</param>
    public static SagaListSql Of(
        string table,
        bool isPostgres,
        SagaFilter filter,
        SagaListPart part,
        SagaCursor? cursor,
        TextSearch? search,
        Guid? keyOwner,
        int limit)
    {
        var sql = new SagaListSql();
        sql.Add(filter, isPostgres);
        sql.Add(part, cursor);
        if (search is not null)
        {
            sql.Add(search, keyOwner, isPostgres);
        }

        var states = filter.States.Count == 0 ? part.States : [.. part.States.Intersect(filter.States)];
        var order = part.IsByDue
            ? "due_at, id"
            : $"{(filter.Name is null ? "" : "name DESC, ")}started_at DESC, id DESC";

        // What is looked for is found first and sorted then, so one query for all states finds it once; and an index of
        // its own has all sagas by their start.
        var isOneQuery = part.IsByDue
            || search is not null
            || (filter.Name is null && states.Count == SagaStates.All.Count);
        sql.Write(table, order, isOneQuery ? [states] : states.Select(x => (string[])[x]), limit);
        return sql;
    }

    /// <summary>
    /// A name is given to PostgreSQL as one of a list, which tells it nothing about the order: so only the index that
    /// begins with the name has the order that is wanted. Otherwise a plan that takes the name for a frequent one, as
    /// every plan for any name does, walks through all sagas of the state.
    /// </summary>
    private void Add(SagaFilter filter, bool isPostgres)
    {
        if (filter.Name is { } name)
        {
            _conditions.Add(isPostgres ? $"name = ANY (ARRAY[{Value(name)}])" : $"name = {Value(name)}");
        }

        AddIf("version =", filter.Version);
        AddIf("started_at >=", filter.From?.UtcDateTime);
        AddIf("started_at <", filter.To?.UtcDateTime);
    }

    private void Add(SagaListPart part, SagaCursor? cursor)
    {
        if (part.IsByDue)
        {
            _conditions.Add("due_at IS NOT NULL");
        }

        if (cursor is { } place)
        {
            var (column, sign) = part.IsByDue ? ("due_at", ">") : ("started_at", "<");
            var (at, id) = (Value(place.At), Value(place.Id));
            _conditions.Add($"{column} {sign}= {at} AND ({column} {sign} {at} OR id {sign} {id})");
        }
    }

    private void Add(TextSearch search, Guid? keyOwner, bool isPostgres)
    {
        if (search.Ids is var (first, last))
        {
            _conditions.Add($"id >= {Value(first)} AND id <= {Value(last)}");
            return;
        }

        var words = search.Words.Count == 0 ? null : isPostgres
            ? "failure IS NOT NULL AND sagas.failure_words(failure) @@ to_tsquery('pg_catalog.simple', "
                + $"{Value(string.Join(" & ", search.Words.Select(x => $"{x}:*")))})"
            : "failure IS NOT NULL AND "
                + $"{string.Join(" AND ", search.Words.Select(x => $"{FailureWords} LIKE {Value($"% {x}%")}"))}";
        var owner = keyOwner is { } id ? $"id = {Value(id)}" : null;
        _conditions.Add((words, owner) switch
        {
            (null, null) => "1 = 0",
            (not null, not null) => $"({owner} OR {words})",
            _ => (words ?? owner)!,
        });
    }

    private void Write(string table, string order, IEnumerable<IReadOnlyList<string>> queries, int limit)
    {
        var conditions = string.Concat(_conditions.Select(x => $" AND {x}"));
        Text = string.Join(
            " UNION ALL ",
            queries.Select((states, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT * FROM (SELECT * FROM {table} WHERE {Condition(states)}{conditions} "
                    + $"ORDER BY {order} LIMIT {limit}) AS part{i}")));
    }

    private static string Condition(IReadOnlyList<string> states) => states.Count switch
    {
        1 => $"state = {Quote(states[0])}",
        _ when states.Count == SagaStates.All.Count => "1 = 1",
        _ => $"state IN ({string.Join(", ", states.Select(Quote))})",
    };

    private static string Quote(string state) => $"'{state}'";

    private void AddIf(string comparison, object? value)
    {
        if (value is not null)
        {
            _conditions.Add($"{comparison} {Value(value)}");
        }
    }

    private string Value(object value)
    {
        _values.Add(value);
        return $"{{{_values.Count - 1}}}";
    }
}
