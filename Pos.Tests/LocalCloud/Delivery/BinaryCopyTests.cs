using System.Globalization;
using CsCheck;
using LocalCloud.PostgresCopy;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.LocalCloud.Delivery;

[SystemTest]
public sealed class BinaryCopyTests(PostgresServer postgres)
{
    private static readonly Gen<decimal> s_decimal = Gen.Select(
        Gen.Int,
        Gen.Int,
        Gen.Int,
        Gen.Bool,
        Gen.Byte[0, 28],
        (low, middle, high, negative, scale) => new decimal(low, middle, high, negative, scale)
    );

    [Fact]
    public async Task Every_decimal_is_copied_with_its_value_and_scale()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.ExecuteAsync("CREATE TABLE numbers (id integer, number numeric)");
        decimal[] edges =
        [
            0m,
            0.0000m,
            1m,
            -1m,
            9999m,
            10000m,
            10000.0001m,
            0.0001m,
            0.00001m,
            100000000m,
            2.50m,
            decimal.MaxValue,
            decimal.MinValue,
            new(1, 0, 0, false, 28),
        ];
        var numbers = edges.Concat(s_decimal.Array[2000].Single()).ToArray();
        await using var connection = await warehouse.OpenAsync();

        using (var buffer = new BinaryCopyBuffer())
        {
            buffer.WriteHeader();
            for (var i = 0; i < numbers.Length; i++)
            {
                buffer.StartRow(2);
                buffer.WriteInt32(i);
                buffer.WriteNumeric(numbers[i]);
            }
            buffer.WriteTrailer();
            await using var copy = await connection.BeginRawBinaryCopyAsync("COPY numbers FROM STDIN (FORMAT BINARY)");
            await copy.WriteAsync(buffer.Written);
        }

        Assert.Equal(
            numbers.Select(number =>
                number == 0
                    ? Math.Abs(number).ToString(CultureInfo.InvariantCulture)
                    : number.ToString(CultureInfo.InvariantCulture)
            ),
            await warehouse.RowsAsync("SELECT number::text FROM numbers ORDER BY id")
        );
    }
}
