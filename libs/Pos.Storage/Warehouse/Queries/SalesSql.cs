using Npgsql;
using NpgsqlTypes;

namespace Pos.Storage.Warehouse.Queries;

/// <summary>What questions of sales have in common. Every value is a parameter.</summary>
internal static class SalesSql
{
    /// <summary>The condition on <c>purchase_slices</c> that a filter is.</summary>
    public static string Slices(SalesFilter filter, NpgsqlCommand command, bool ofItsCurrency = true)
    {
        List<string> conditions = [.. Headers(filter, command, ofItsCurrency)];
        if (filter.From is { } from)
            conditions.Add($"hour >= {Parameter(command, DateTime.SpecifyKind(from, DateTimeKind.Unspecified))}");
        if (filter.To is { } to)
            conditions.Add($"hour < {Parameter(command, DateTime.SpecifyKind(to, DateTimeKind.Unspecified))}");
        return conditions.Count == 0 ? "TRUE" : string.Join(" AND ", conditions);
    }

    /// <summary>The conditions on a purchase's header, in whatever table.</summary>
    public static IEnumerable<string> Headers(SalesFilter filter, NpgsqlCommand command, bool ofItsCurrency = true)
    {
        if (ofItsCurrency)
            yield return $"currency = {Parameter(command, filter.Currency)}";
        if (filter.Country is { } country)
            yield return $"country = {Parameter(command, country)}";
        if (filter.StoreId is { } store)
            yield return $"store_id = {Parameter(command, store)}";
    }

    public static string Parameter(NpgsqlCommand command, object value)
    {
        // Of the columns' own type: compared with text, they would be cast row by row.
        command.Parameters.Add(
            value is string
                ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Varchar }
                : new NpgsqlParameter { Value = value }
        );
        return $"${command.Parameters.Count}";
    }

    public static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlCommand command,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            answers.Add(read(reader));
        return answers;
    }

    // Redshift's timestamps come without a zone, and are UTC.
    public static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
