using System.Globalization;
using Pos.Contracts;
using Pos.Import.Csv;

namespace Pos.Cli.Generate;

/// <summary>One row of a till's export, in the columns of the public Online Retail data set.</summary>
internal readonly record struct TillRow(
    string Invoice,
    string StockCode,
    string? Description,
    int Quantity,
    DateTime Date,
    decimal UnitPrice,
    int? Customer,
    string Country
)
{
    /// <summary>Writes the row in the data set's format, where customers are floats (<c>17850.0</c>).</summary>
    public void WriteTo(PurchaseCsvWriter output) =>
        output.Write(
            new Purchase
            {
                PurchaseId = Invoice,
                CustomerId = Customer is { } customer
                    ? string.Create(CultureInfo.InvariantCulture, $"{customer}.0")
                    : null,
                PurchasedAt = new DateTimeOffset(Date, TimeSpan.Zero),
                Country = Country,
                Currency = PurchaseRules.UsualCurrency,
                Lines =
                [
                    new()
                    {
                        Line = 1,
                        ProductId = StockCode,
                        Description = Description,
                        Quantity = Quantity,
                        UnitPrice = UnitPrice,
                    },
                ],
            }
        );
}
