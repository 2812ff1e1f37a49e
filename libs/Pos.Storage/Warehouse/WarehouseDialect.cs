namespace Pos.Storage.Warehouse;

/// <summary>The SQL a warehouse speaks.</summary>
public enum WarehouseDialect
{
    /// <summary>PostgreSQL 15 or newer: its unique keys may treat nulls as equal.</summary>
    Postgres,

    /// <summary>Amazon Redshift.</summary>
    Redshift,
}
