namespace Pos.Storage.Warehouse;

/// <summary>The SQL dialect of a warehouse.</summary>
public enum WarehouseDialect
{
    /// <summary>PostgreSQL 15 or newer, for unique keys that treat nulls as equal.</summary>
    Postgres,

    /// <summary>Amazon Redshift.</summary>
    Redshift,
}
