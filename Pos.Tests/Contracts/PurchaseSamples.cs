using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;
using Pos.Contracts;

namespace Pos.Tests.Contracts;

/// <summary>Generates valid purchases of every kind, and their bytes.</summary>
internal static class PurchaseSamples
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly PurchaseRules Rules = new(Now);

    /// <summary>
    /// Characters that break careless code: quotes, separators, line ends, UTF-8 of two to four bytes, escapes.
    /// </summary>
    private static readonly Gen<string> s_anyCharacter = OneOf(
        "a",
        "Z",
        "0",
        " ",
        ",",
        "\"",
        "\\",
        "/",
        "\n",
        "\r\n",
        "\t",
        "\u0001",
        "\u007f",
        "<",
        "é",
        "£",
        "中",
        "\u2028",
        "\ufeff",
        "😀",
        "\ue000"
    );

    private static readonly Gen<string> s_plainCharacter = OneOf(
        "a",
        "Z",
        "0",
        ".",
        ",",
        "\"",
        "\\",
        "é",
        "中",
        "😀",
        "'",
        ";"
    );

    private static readonly Gen<DateTimeOffset> s_time = Gen.OneOf(
        Gen.Int[0, 1_100_000_000].Select(seconds => PurchaseLimits.EarliestPurchase.AddSeconds(seconds)),
        Gen.Long[0, 1_100_000_000_000_000]
            .Select(microseconds => PurchaseLimits.EarliestPurchase.AddMicroseconds(microseconds))
    );

    private static readonly Gen<decimal> s_price = Gen.Select(
            Gen.Long[-1_000_000_000_000, 1_000_000_000_000],
            Gen.Int[0, 4],
            (units, places) =>
                Math.Clamp(
                    units / (decimal)Math.Pow(10, places),
                    -PurchaseLimits.MaxUnitPrice,
                    PurchaseLimits.MaxUnitPrice
                )
        )
        .Where(price => decimal.Round(price, 4) == price);

    private static readonly Gen<PurchaseLine> s_line = Gen.Select(
        Text(s_plainCharacter, 1, 60),
        Text(s_anyCharacter, 0, 120).Null(),
        Gen.Int[-1_000_000, 1_000_000].Where(q => q != 0),
        s_price,
        s_time.Nullable(),
        (product, description, quantity, price, time) =>
            new PurchaseLine
            {
                Line = 1,
                ProductId = product,
                Description = description,
                Quantity = quantity,
                UnitPrice = price,
                PurchasedAt = time,
            }
    );

    public static readonly Gen<Purchase> AnyPurchase = Gen.Select(
        Gen.Char["ABCabc019._-"].Array[1, 64].Select(id => new string(id)),
        Text(s_plainCharacter, 1, 60).Null(),
        Text(s_plainCharacter, 0, 60).Null(),
        s_time,
        Text(s_plainCharacter, 0, 60).Null(),
        Gen.Char['A', 'Z'].Array[3].Select(currency => new string(currency)),
        Gen.Select(Gen.Int[1, 90_000].HashSet[1, 12], s_line.Array[12], (numbers, lines) =>
            numbers.Zip(lines, (number, line) => line with { Line = number }).ToArray()
        ),
        (id, customer, store, time, country, currency, lines) =>
            new Purchase
            {
                PurchaseId = id,
                CustomerId = customer,
                StoreId = store,
                PurchasedAt = time,
                Country = country,
                Currency = currency,
                Lines = lines,
            }
    );

    public static Purchase One(params PurchaseLine[] lines) =>
        new()
        {
            PurchaseId = "536365",
            CustomerId = "17850",
            PurchasedAt = new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero),
            Country = "United Kingdom",
            Currency = "GBP",
            Lines = lines.Length > 0 ? lines : [Line()],
        };

    public static PurchaseLine Line(int number = 1, decimal price = 2.55m) =>
        new()
        {
            Line = number,
            ProductId = "85123A",
            Description = "WHITE HANGING HEART T-LIGHT HOLDER",
            Quantity = 6,
            UnitPrice = price,
        };

    public static byte[] Posted(Purchase purchase) => Bytes(output => PurchaseWriter.WritePosted(output, purchase));

    public static byte[] Accepted(AcceptedPurchase accepted) =>
        Bytes(output => PurchaseWriter.WriteAccepted(output, accepted));

    public static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Returns a purchase as text, for comparison.</summary>
    public static string Shape(Purchase purchase) => Encoding.UTF8.GetString(Posted(purchase));

    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Text(Gen<string> characters, int min, int max) =>
        characters.Array[min, max].Select(string.Concat);
}
