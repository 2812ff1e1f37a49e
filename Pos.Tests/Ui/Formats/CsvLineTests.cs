using Pos.Ui.Formats;
using Xunit;

namespace Pos.Tests.Ui.Formats;

[Fast]
public sealed class CsvLineTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+44 20 7946", "'+44 20 7946")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("  =HYPERLINK(\"x\")", "\"'  =HYPERLINK(\"\"x\"\")\"")]
    [InlineData("\uFF1D1+1", "'\uFF1D1+1")]
    [InlineData("a=b", "a=b")]
    [InlineData("HOT, \"COLD\"", "\"HOT, \"\"COLD\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_text_is_quoted_where_needed_and_never_a_formula(string? text, string field) =>
        Assert.Equal($"{field},end\r\n", new CsvLine().Text(text).Text("end").ToString());

    [Fact]
    public void Numbers_keep_their_sign_and_point_and_times_are_ISO_8601() =>
        Assert.Equal(
            "-2.5500,1234.5,,2010-12-01T08:26:00Z,\r\n",
            new CsvLine()
                .Number(-2.5500m)
                .Number(1234.5m)
                .Number(null)
                .Time(new DateTimeOffset(2010, 12, 1, 9, 26, 0, TimeSpan.FromHours(1)))
                .Time(null)
                .ToString()
        );
}
