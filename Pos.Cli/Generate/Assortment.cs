namespace Pos.Cli.Generate;

/// <summary>The products of the shop. A few sell often, most rarely.</summary>
internal sealed class Assortment
{
    private static readonly string[] s_colours =
    [
        "RED",
        "WHITE",
        "BLUE",
        "PINK",
        "GREEN",
        "IVORY",
        "BLACK",
        "SILVER",
        "VINTAGE",
        "ANTIQUE",
        "RETROSPOT",
        "PAISLEY",
        "SKULL",
        "WOODLAND",
        "REGENCY",
        "CHRISTMAS",
    ];
    private static readonly string[] s_things =
    [
        "TEA TOWEL",
        "LUNCH BOX",
        "CAKE STAND",
        "PHOTO FRAME",
        "T-LIGHT HOLDER",
        "HOT WATER BOTTLE",
        "JUMBO BAG",
        "BUNTING",
        "MUG COSY",
        "DOORMAT",
        "LANTERN",
        "CANDLE",
        "APRON",
        "PURSE",
        "NOTEBOOK",
        "WALL CLOCK",
        "PENCIL TIN",
        "SOAP DISH",
        "WRAP",
        "BIRD ORNAMENT",
        "COAT RACK",
        "GLASS BOWL",
    ];
    private static readonly string[] s_forms =
    [
        "{0} {1}",
        "{0} {1} ",
        "SET OF 3 {0}  {1}S",
        "{1}, {0}",
        "SET/2 {0} {1}S",
        "POPPY'S {0} {1}",
        "{0} \"LOVE\" {1}",
        " {0} {1} LARGE",
        "CAFÉ {0} {1}",
    ];
    private static readonly decimal[] s_prices =
    [
        0.42m,
        0.85m,
        1.25m,
        1.65m,
        1.66m,
        2.1m,
        2.51m,
        2.55m,
        2.95m,
        3.36m,
        3.75m,
        4.21m,
        4.95m,
        5.91m,
        7.95m,
        8.47m,
        12.75m,
        0.001m,
    ];

    private readonly Product[] _products;

    public Assortment(Random random, int count)
    {
        _products = new Product[count];
        for (var i = 0; i < count; i++)
        {
            var suffix =
                random.Next(8) == 0 ? ((char)('A' + random.Next(6))).ToString()
                : random.Next(400) == 0 ? "b"
                : "";
            var name = string.Format(
                null,
                s_forms[random.Next(20) is var form && form < s_forms.Length ? form : 0],
                s_colours[random.Next(s_colours.Length)],
                s_things[random.Next(s_things.Length)]
            );
            // The last price, a tenth of a penny, is rare.
            var price = s_prices[random.Next(500) == 0 ? s_prices.Length - 1 : random.Next(s_prices.Length - 1)];
            _products[i] = new Product($"{20000 + i}{suffix}", name, price);
        }
    }

    /// <summary>Charges that tills record as products. Their codes have letters, one has a space.</summary>
    public static IReadOnlyList<Product> Charges { get; } =
    [
        new("POST", "POSTAGE", 18m),
        new("DOT", "DOTCOM POSTAGE", 569.77m),
        new("M", "Manual", 1.25m),
        new("BANK CHARGES", "Bank Charges", 15m),
    ];

    public Product Pick(Random random)
    {
        var fraction = random.NextDouble();
        return _products[(int)(fraction * fraction * fraction * _products.Length)];
    }
}

internal sealed record Product(string Code, string Description, decimal Price);
