namespace Pos.Cli.Generate;

/// <summary>
/// Generates rows like real till data, including its irregularities: cancellations with negative quantities,
/// adjustments with negative prices, duplicate rows, repeated products on a receipt, missing customers on a third of
/// the rows, missing descriptions, zero prices, texts with blanks, commas, quotes and accents, and receipts that
/// continue after another began. All rows are valid purchase lines. The same arguments give the same rows.
/// </summary>
internal sealed class TillRowGenerator(int rows, int seed, DateOnly from, int days)
{
    private static readonly (string Name, int Share)[] s_countries =
    [
        ("United Kingdom", 914),
        ("Germany", 18),
        ("France", 16),
        ("EIRE", 15),
        ("Spain", 5),
        ("Netherlands", 5),
        ("Belgium", 4),
        ("Switzerland", 4),
        ("Portugal", 3),
        ("Australia", 3),
        ("Norway", 3),
        ("Italy", 2),
        ("Channel Islands", 2),
        ("Finland", 2),
        ("Japan", 2),
        ("Unspecified", 2),
    ];

    private readonly Random _random = new(seed);
    private readonly int _customers = Math.Clamp(rows / 60, 40, 5_000);

    // Greater than the numbers of the public data sets (489434–581587), so that the sample shares no purchases with
    // them.
    private int _invoice = 800_000;

    public IEnumerable<TillRow> Generate()
    {
        var assortment = new Assortment(_random, Math.Clamp(rows / 20, 60, 4_000));
        var left = rows;
        List<TillRow> interrupted = [];
        while (left > 0)
        {
            var receipt = Receipt(assortment, DateOf(rows - left));
            // A till that parks a receipt exports its last rows after those of the next receipt.
            var parked = interrupted.Count == 0 && receipt.Count > 3 && _random.Next(60) == 0 ? receipt[^2..] : [];
            foreach (var row in receipt.SkipLast(parked.Count).Concat(interrupted))
            {
                if (left-- > 0)
                    yield return row;
            }
            interrupted = parked;
        }
    }

    private List<TillRow> Receipt(Assortment assortment, DateTime date)
    {
        _invoice += _random.Next(4) == 0 ? 2 : 1;
        var customer =
            _random.Next(100) < 78 ? 30_001 + (int)(Math.Pow(_random.NextDouble(), 2) * _customers) : (int?)null;
        var country = CountryOf(customer);
        return _random.Next(1000) switch
        {
            < 3 => [new($"A{_invoice}", "B", "Adjust bad debt", 1, date, -11062.06m, null, "United Kingdom")],
            < 15 =>
            [
                new(
                    $"{_invoice}",
                    assortment.Pick(_random).Code,
                    null,
                    -_random.Next(1, 60),
                    date,
                    0m,
                    null,
                    "United Kingdom"
                ),
            ],
            < 130 => Cancellation(assortment, date, customer, country),
            _ => Sale(assortment, date, customer, country),
        };
    }

    private List<TillRow> Cancellation(Assortment assortment, DateTime date, int? customer, string country)
    {
        var lines = Enumerable
            .Range(0, 1 + _random.Next(4))
            .Select(_ => (Product: assortment.Pick(_random), Quantity: -Quantity()))
            .ToList();
        if (_random.Next(12) == 0)
            lines.Add((new("D", "Discount", 27.5m), -1));
        return
        [
            .. lines.Select(line => new TillRow(
                $"C{_invoice}",
                line.Product.Code,
                line.Product.Description,
                line.Quantity,
                date,
                line.Product.Price,
                customer,
                country
            )),
        ];
    }

    private List<TillRow> Sale(Assortment assortment, DateTime date, int? customer, string country)
    {
        var receipt = new List<TillRow>();
        // Most receipts are short. Those of the web shop, without a customer, are long.
        var count = 1 + (int)(-Math.Log(1 - _random.NextDouble()) * (customer is null ? 30 : 14));
        for (var i = 0; i < count; i++)
        {
            var product = assortment.Pick(_random);
            var price =
                customer is null && _random.Next(3) == 0 ? decimal.Round(product.Price * 1.99m, 2) : product.Price;
            var row = new TillRow(
                $"{_invoice}",
                product.Code,
                product.Description,
                Quantity(),
                date,
                price,
                customer,
                country
            );
            receipt.Add(
                _random.Next(200) == 0
                    ? row with
                    {
                        UnitPrice = 0m,
                        Description = _random.Next(2) == 0 ? null : row.Description,
                    }
                    : row
            );
            if (_random.Next(90) == 0)
                receipt.Add(row);
            if (_random.Next(60) == 0)
                receipt.Add(row with { Quantity = 1 });
        }
        if (country != "United Kingdom" || _random.Next(80) == 0)
            receipt.Add(Charge(date, customer, country));
        if (receipt.Count > 4 && _random.Next(150) == 0)
            receipt[^1] = receipt[^1] with { Date = date.AddMinutes(1) };
        return receipt;
    }

    private TillRow Charge(DateTime date, int? customer, string country)
    {
        var charge = Assortment.Charges[_random.Next(10) < 7 ? 0 : _random.Next(Assortment.Charges.Count)];
        return new($"{_invoice}", charge.Code, charge.Description, 1, date, charge.Price, customer, country);
    }

    private int Quantity() =>
        _random.Next(100) switch
        {
            < 37 => 1,
            < 53 => 2,
            < 67 => 3 + _random.Next(4),
            < 82 => 12,
            < 92 => 6,
            < 97 => 24,
            < 99 => 48 * (1 + _random.Next(3)),
            _ => 100 + _random.Next(900),
        };

    private static string CountryOf(int? customer)
    {
        // A customer always has the same country. Purchases without a customer have the first one.
        var place = customer is { } id ? (int)((uint)id * 2654435761u % 1000) : 0;
        foreach (var (name, share) in s_countries)
        {
            if (place < share)
                return name;
            place -= share;
        }
        return s_countries[0].Name;
    }

    // Ascending times within shop hours, 7:00 to 19:59.
    private DateTime DateOf(int row)
    {
        var minutes = (long)row * days * 780 / rows;
        return from.ToDateTime(new TimeOnly(7, 0)).AddDays(minutes / 780).AddMinutes(minutes % 780);
    }
}
