using CsCheck;
using Pos.Contracts;
using Pos.Storage.LookupTable;
using Xunit;

namespace Pos.Tests.Processor;

[Fast]
public sealed class LookupLineTests
{
    private static readonly Gen<string> s_positions = Gen.Select(
        Gen.Char["0123456789"].Array[1, 64],
        Gen.Int[0, 999_999],
        (digits, ordinal) => Position.Create(new string(digits), ordinal)
    );

    [Fact]
    public void Compact_positions_keep_the_order_and_have_one_length()
    {
        Gen.Select(s_positions, s_positions)
            .Sample(
                (a, b) =>
                    Math.Sign(string.CompareOrdinal(a, b))
                        == Math.Sign(string.CompareOrdinal(LinePosition.From(a), LinePosition.From(b)))
                    && LinePosition.From(a).Length == 40
            );
        Assert.True(
            string.CompareOrdinal(
                LinePosition.From(Position.Create("9", 1)),
                LinePosition.From(Position.Create("10", 0))
            ) < 0
        );
    }

    [Fact]
    public void Compact_position_parses_back_and_other_text_does_not()
    {
        s_positions.Sample(position => LinePosition.Parse(LinePosition.From(position)) == position);
        Gen.String.Sample(text => LinePosition.Parse(text) is not { } position || LinePosition.From(position) == text);
        Assert.Null(LinePosition.Parse(new string('z', 40)));
        Assert.Null(LinePosition.Parse(Position.Create("1", 0)));
    }

    [Fact]
    public void Each_line_number_has_exactly_one_attribute_name()
    {
        foreach (var number in (int[])[1, 9_999, 10_000, 100_000])
            Assert.True(
                LookupTableSchema.TryGetLine(LookupTableSchema.LineAttribute(number), out var found) && found == number
            );
        Assert.All(["line_1", "line_00001", "line_", "line_-001", "lines_0001"], name =>
            Assert.False(LookupTableSchema.TryGetLine(name, out _))
        );
    }

    [Theory]
    [InlineData("T-LIGHT \"HOLDER\"\\", "2.55")]
    [InlineData("line\nand\ttab and \u0001", "-11062.06")]
    [InlineData("🎄 Ä€", "0.0001")]
    [InlineData("", "100000000")]
    [InlineData(null, "0")]
    public void Line_survives_a_round_trip(string? description, string unitPrice)
    {
        var price = decimal.Parse(unitPrice);
        var line = new LookupLine(
            Samples.Line(7, -3, price, description) with
            {
                PurchasedAt = Samples.Arrival.AddTicks(10),
            },
            "p"
        );

        Assert.Equal(line, LookupLine.Parse(7, line.ToAttributeText()));
    }
}
