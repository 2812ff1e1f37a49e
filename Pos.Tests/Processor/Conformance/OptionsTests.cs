using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Pos.Processor.EventSource;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// The mapping's options have the names, defaults and limits of Lambda's CreateEventSourceMapping for Kinesis.
/// </summary>
[Fast]
public sealed class OptionsTests
{
    [Fact]
    public void Defaults_match_Lambda()
    {
        var options = new EventSourceMappingOptions();

        Assert.Equal(
            (100, 0, -1, -1, false, 1, 0),
            (
                options.BatchSize,
                options.MaximumBatchingWindowInSeconds,
                options.MaximumRetryAttempts,
                options.MaximumRecordAgeInSeconds,
                options.BisectBatchOnFunctionError,
                options.ParallelizationFactor,
                options.FunctionResponseTypes.Count
            )
        );
        Assert.Empty(InvalidMembers(options));
    }

    [Theory]
    [InlineData("BatchSize", "1", "10000", "0", "10001")]
    [InlineData("MaximumBatchingWindowInSeconds", "0", "300", "-1", "301")]
    [InlineData("MaximumRetryAttempts", "-1", "10000", "-2", "10001")]
    [InlineData("MaximumRecordAgeInSeconds", "60", "604800", "59", "604801")]
    [InlineData("MaximumRecordAgeInSeconds", "-1", "-1", "0", "-2")]
    [InlineData("ParallelizationFactor", "1", "10", "0", "11")]
    public void Limits_match_Lambda(string name, string lowest, string highest, string tooLow, string tooHigh)
    {
        Assert.All([lowest, highest], value => Assert.Empty(InvalidMembers(Bind((name, value)))));
        Assert.All([tooLow, tooHigh], value => Assert.Equal([name], InvalidMembers(Bind((name, value)))));
    }

    [Fact]
    public void Timestamp_is_required_with_AtTimestamp_and_rejected_otherwise()
    {
        Assert.Empty(
            InvalidMembers(
                Bind(("StartingPosition", "AtTimestamp"), ("StartingPositionTimestamp", "2026-03-04T05:06:07Z"))
            )
        );
        Assert.Equal(["StartingPositionTimestamp"], InvalidMembers(Bind(("StartingPosition", "AtTimestamp"))));
        Assert.Equal(
            ["StartingPositionTimestamp"],
            InvalidMembers(Bind(("StartingPosition", "Latest"), ("StartingPositionTimestamp", "2026-03-04T05:06:07Z")))
        );
    }

    [Fact]
    public void Response_types_are_a_list() =>
        Assert.Equal(
            [FunctionResponseType.ReportBatchItemFailures],
            Bind(("FunctionResponseTypes:0", "ReportBatchItemFailures")).FunctionResponseTypes
        );

    private static EventSourceMappingOptions Bind(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value))
            .Build()
            .Get<EventSourceMappingOptions>()!;

    private static IEnumerable<string> InvalidMembers(EventSourceMappingOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        return results.SelectMany(result => result.MemberNames);
    }
}
