using System.Globalization;
using System.Security.Cryptography;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation;

/// <summary>The header of a line's purchase, with the line's own time if it has one. Times in UTC.</summary>
internal sealed record LineHeader(
    string? CustomerId,
    string? StoreId,
    string? Country,
    string Currency,
    DateTime PurchasedAt,
    DateTime IngestedAt
);

/// <summary>A line as it is in one of the stores.</summary>
/// <param name="PurchaseId">The line's purchase.</param>
/// <param name="Line">The line's number.</param>
/// <param name="Position">Compact position of the version that the line comes from
/// (<see cref="Storage.LookupTable.LinePosition"/>).</param>
/// <param name="ProductId">Field of the line.</param>
/// <param name="Description">Field of the line.</param>
/// <param name="Quantity">Field of the line.</param>
/// <param name="UnitPrice">Field of the line.</param>
/// <param name="HasOwnHeader">True if the header belongs to the version that the line comes from. The lookup table
/// only keeps the newest header, so the headers of lines from older versions cannot be compared.</param>
/// <param name="Header">Header of the version, or of the purchase.</param>
internal sealed record StoredLine(
    string PurchaseId,
    int Line,
    string Position,
    string ProductId,
    string? Description,
    int Quantity,
    decimal UnitPrice,
    bool HasOwnHeader,
    LineHeader Header
)
{
    /// <summary>
    /// The purchase's time if the line has a time of its own, which is then in <see cref="Header"/>. Null otherwise,
    /// and in the warehouse, which only has the line's time.
    /// </summary>
    public DateTime? PostPurchasedAt { get; init; }

    private const long NoTime = -1;

    /// <summary>Returns the fields of the line, and of its header if it is the line's own.</summary>
    public IEnumerable<(string Name, string? Value)> Fields()
    {
        yield return ("position", Position);
        yield return ("product_id", ProductId);
        yield return ("description", Description);
        yield return ("quantity", Quantity.ToString(CultureInfo.InvariantCulture));
        yield return ("unit_price", Shortest(UnitPrice).ToString(CultureInfo.InvariantCulture));
        if (!HasOwnHeader)
            yield break;
        yield return ("customer_id", Header.CustomerId);
        yield return ("store_id", Header.StoreId);
        yield return ("country", Header.Country);
        yield return ("currency", Header.Currency);
        yield return ("purchased_at", Text(Header.PurchasedAt));
        yield return ("ingested_at", Text(Header.IngestedAt));
    }

    /// <summary>True if all fields are equal that both lines have.</summary>
    public bool Equivalent(StoredLine other) =>
        Position == other.Position
        && ProductId == other.ProductId
        && Description == other.Description
        && Quantity == other.Quantity
        && UnitPrice == other.UnitPrice
        && (!HasOwnHeader || !other.HasOwnHeader || Header == other.Header);

    /// <summary>Returns 128 bits of SHA-256 over the canonical line.</summary>
    /// <param name="buffer">Reused between calls.</param>
    /// <param name="withHeader">True if the line comes from its purchase's newest version, whose header every store
    /// has.</param>
    public UInt128 Hash(MemoryStream buffer, bool withHeader)
    {
        buffer.SetLength(0);
        using (var writer = new BinaryWriter(buffer, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            WriteLine(writer);
            if (withHeader && HasOwnHeader)
                WriteHeader(writer);
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public void Write(BinaryWriter writer)
    {
        WriteLine(writer);
        writer.Write(HasOwnHeader);
        WriteHeader(writer);
        writer.Write(PostPurchasedAt?.Ticks ?? NoTime);
    }

    public static StoredLine Read(BinaryReader reader) =>
        new(
            reader.ReadString(),
            reader.ReadInt32(),
            reader.ReadString(),
            reader.ReadString(),
            ReadText(reader),
            reader.ReadInt32(),
            reader.ReadDecimal(),
            reader.ReadBoolean(),
            new(
                ReadText(reader),
                ReadText(reader),
                ReadText(reader),
                reader.ReadString(),
                ReadTime(reader),
                ReadTime(reader)
            )
        )
        {
            PostPurchasedAt = reader.ReadInt64() is not NoTime and var ticks
                ? new DateTime(ticks, DateTimeKind.Utc)
                : null,
        };

    private void WriteLine(BinaryWriter writer)
    {
        writer.Write(PurchaseId);
        writer.Write(Line);
        writer.Write(Position);
        writer.Write(ProductId);
        WriteText(writer, Description);
        writer.Write(Quantity);
        writer.Write(Shortest(UnitPrice));
    }

    private void WriteHeader(BinaryWriter writer)
    {
        WriteText(writer, Header.CustomerId);
        WriteText(writer, Header.StoreId);
        WriteText(writer, Header.Country);
        writer.Write(Header.Currency);
        writer.Write(Header.PurchasedAt.Ticks);
        writer.Write(Header.IngestedAt.Ticks);
    }

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static DateTime ReadTime(BinaryReader reader) => new(reader.ReadInt64(), DateTimeKind.Utc);

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", CultureInfo.InvariantCulture);

    // Decimal division gives the shortest exact quotient: the warehouse's values always have four decimals.
    private static decimal Shortest(decimal value) => value / 1.0000000000000000000000000000m;
}
