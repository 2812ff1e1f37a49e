using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Values;
using Xunit;

namespace LocalCloud.Tests.Tables;

/// <summary>Compares the canonical text, order and sums of 38-digit numbers with big integers.</summary>
[SystemTest]
public sealed class NumberTests
{
    // Up to 38 digits, times a power of ten.
    private static readonly Gen<(BigInteger Digits, int Exponent)> s_number = Gen.Select(
        Gen.Int[0, 9].Array[1, 38],
        Gen.Bool,
        Gen.Int[-130, 88],
        (digits, negative, exponent) =>
        {
            var value = digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * 10 + digit);
            return (negative ? -value : value, exponent);
        }
    );

    [Fact]
    public void Every_notation_has_a_canonical_text_of_the_same_value()
    {
        s_number.Sample(number =>
        {
            var canonical = Normalize($"{number.Digits}E{number.Exponent}");
            Assert.Equal(Exact(number), Exact(canonical));
            Assert.Equal(canonical, Normalize(canonical));
            Assert.DoesNotContain("E", canonical, StringComparison.Ordinal);
            Assert.False(canonical.Contains('.', StringComparison.Ordinal) && canonical.EndsWith('0'));
        });
    }

    [Fact]
    public void Numbers_sort_like_their_encoded_keys()
    {
        Gen.Select(s_number, s_number)
            .Sample(pair =>
            {
                var (a, b) = (Normalize(pair.Item1), Normalize(pair.Item2));
                var expected = Math.Sign(Exact(pair.Item1).CompareTo(Exact(pair.Item2)));
                Assert.Equal(expected, Math.Sign(NumberText.Compare(Utf8(a), Utf8(b))));
                Assert.Equal(expected, Math.Sign(Key(a).AsSpan().SequenceCompareTo(Key(b))));
            });
    }

    [Fact]
    public void Sums_are_exact_or_rejected()
    {
        Gen.Select(s_number, s_number, Gen.Bool)
            .Sample(sample =>
            {
                var (x, y, subtract) = sample;
                var exact = subtract ? Exact(x) - Exact(y) : Exact(x) + Exact(y);
                var error = NumberText.Add(Utf8(Normalize(x)), Utf8(Normalize(y)), subtract, out var sum);
                var digits = BigInteger.Abs(exact).ToString(CultureInfo.InvariantCulture).Trim('0').Length;
                if (error is null)
                    Assert.Equal(exact, Exact(sum.Text));
                else
                    Assert.True(digits > 38 || error == NumberText.Overflow, error);
            });
    }

    [Theory]
    [InlineData("9.9999999999999999999999999999999999999E+125", null)]
    [InlineData("1E126", NumberText.Overflow)]
    [InlineData("-1E126", NumberText.Overflow)]
    [InlineData("1E-130", null)]
    [InlineData("1E-131", NumberText.Underflow)]
    [InlineData("1234567890123456789012345678901234567.89", NumberText.TooManyDigits)]
    [InlineData("12345678901234567890123456789012345678000", null)]
    [InlineData("0E999999999999", null)]
    [InlineData("", "The parameter cannot be converted to a numeric value")]
    [InlineData("1e", "The parameter cannot be converted to a numeric value: 1e")]
    [InlineData("0x10", "The parameter cannot be converted to a numeric value: 0x10")]
    [InlineData("NaN", "The parameter cannot be converted to a numeric value: NaN")]
    public void Range_and_precision_match_DynamoDB(string text, string? error)
    {
        Assert.Equal(error, NumberText.Normalize(Utf8(text), new byte[NumberText.MaxLength], out _));
    }

    private static string Normalize((BigInteger Digits, int Exponent) number) =>
        Normalize($"{number.Digits}E{number.Exponent}");

    private static string Normalize(string text)
    {
        var canonical = new byte[NumberText.MaxLength];
        Assert.Null(NumberText.Normalize(Utf8(text), canonical, out var length));
        return Encoding.ASCII.GetString(canonical, 0, length);
    }

    // Returns the value in units of 1E-200.
    private static BigInteger Exact((BigInteger Digits, int Exponent) number) =>
        number.Digits * BigInteger.Pow(10, number.Exponent + 200);

    private static BigInteger Exact(string canonical)
    {
        var point = canonical.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : canonical.Length - 1 - point;
        return BigInteger.Parse(canonical.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            * BigInteger.Pow(10, 200 - decimals);
    }

    private static byte[] Key(string canonical)
    {
        using var buffer = new ValueBuffer(64);
        KeyEncoding.AppendSortable(buffer, AttributeValue.FromNumber(Utf8(canonical)));
        return buffer.Written.ToArray();
    }

    private static byte[] Utf8(string text) => Encoding.ASCII.GetBytes(text);
}
