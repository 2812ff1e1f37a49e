using Npgsql;
using NpgsqlTypes;

namespace Pos.Storage.Warehouse.Queries;

/// <summary>Builds the parts that sales queries share. Every value is a parameter.</summary>
internal static class SalesSql
{
    /// <summary>Returns the condition on <c>purchase_slices</c> for a filter.</summary>
    public static string Slices(SalesFilter filter, NpgsqlCommand command, bool withCurrency = true)
    {
        List<string> conditions = [.. Headers(filter, command, withCurrency)];
        if (filter.From is { } from)
            conditions.Add($"hour >= {Parameter(command, DateTime.SpecifyKind(from, DateTimeKind.Unspecified))}");
        if (filter.To is { } to)
            conditions.Add($"hour < {Parameter(command, DateTime.SpecifyKind(to, DateTimeKind.Unspecified))}");
        return conditions.Count == 0 ? "TRUE" : string.Join(" AND ", conditions);
    }

    /// <summary>Returns the conditions on a purchase's header, for any table.</summary>
    public static IEnumerable<string> Headers(SalesFilter filter, NpgsqlCommand command, bool withCurrency = true)
    {
        if (withCurrency)
            yield return $"currency = {Parameter(command, filter.Currency)}";
        if (filter.Country is { } country)
            yield return $"country = {Parameter(command, country)}";
        if (filter.StoreId is { } store)
            yield return $"store_id = {Parameter(command, store)}";
    }

    public static string Parameter(NpgsqlCommand command, object value)
    {
        // The columns' own type: a comparison with text would cast every row.
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
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    // Redshift returns timestamps without a time zone; they are UTC.
    public static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
