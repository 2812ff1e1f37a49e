using System.Globalization;
using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pos.Contracts;
using Pos.Contracts.Ingest;

namespace Pos.Ingest.Purchases;

/// <summary>
/// Describes <c>POST /purchases</c> in <c>/openapi/v1.json</c>: the contract with its limits, and each status code.
/// </summary>
internal static class PurchasesDocument
{
    private const string Example = """
        {"purchase_id":"536365","customer_id":"17850","purchased_at":"2010-12-01T08:26:00Z",
         "country":"United Kingdom","currency":"GBP",
         "lines":[{"line":1,"product_id":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER",
                   "quantity":6,"unit_price":2.55}]}
        """;

    public static void AddPurchasesDocument(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenApi(openApi =>
            openApi.AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info = new OpenApiInfo
                    {
                        Title = "Purchases",
                        Version = "1",
                        Description =
                            "Accepts point-of-sale purchases into the stream. Accepted purchases are not lost.",
                    };
                    document.Servers = [];
                    document.AddComponent("Purchase", PurchaseSchema());
                    return Task.CompletedTask;
                }
            )
        );

    public static void DescribePost(this RouteHandlerBuilder post) =>
        post.WithSummary("Post purchases")
            .WithDescription(
                """
                Send one purchase, an array of purchases, or NDJSON: at most 500 purchases and 4 MiB when decompressed
                (Content-Encoding: gzip is supported). Each purchase is accepted or rejected separately.
                Posting a line again, with the same purchase_id and line, replaces it. So it is safe to repeat a request
                or to send purchases again that were not accepted.
                """
            )
            .Produces<PurchasesAccepted>(StatusCodes.Status202Accepted)
            .Produces<PurchasesPartlyAccepted>(StatusCodes.Status207MultiStatus)
            .Produces<PurchasesProblem>(StatusCodes.Status400BadRequest, MediaTypeNames.Application.ProblemJson)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .Produces<PurchasesProblem>(StatusCodes.Status503ServiceUnavailable, MediaTypeNames.Application.ProblemJson)
            .AddOpenApiOperationTransformer(
                (operation, context, _) =>
                {
                    var purchase = new OpenApiSchemaReference("Purchase", context.Document);
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            [MediaTypeNames.Application.Json] = new()
                            {
                                Schema = new OpenApiSchema
                                {
                                    OneOf =
                                    [
                                        purchase,
                                        new OpenApiSchema
                                        {
                                            Type = JsonSchemaType.Array,
                                            Items = purchase,
                                            MinItems = 1,
                                            MaxItems = PurchaseLimits.MaxRequestPurchases,
                                        },
                                    ],
                                },
                                Example = JsonNode.Parse(Example),
                            },
                            [NdjsonReader.ContentType] = new() { Schema = purchase },
                        },
                    };
                    Describe(operation, "202", "Every purchase is in the stream.");
                    Describe(operation, "207", "Some purchases are in the stream; the rejected ones are not.");
                    Describe(operation, "400", "No purchase is valid, or the body is not JSON. Nothing was accepted.");
                    Describe(operation, "413", "More than 4 MiB or more than 500 purchases. Nothing was accepted.");
                    Describe(
                        operation,
                        "415",
                        "Unsupported content type, charset or content encoding. Nothing was accepted."
                    );
                    Describe(
                        operation,
                        "429",
                        "Too many bytes wait for the stream. Nothing was accepted; try again after Retry-After seconds."
                    );
                    Describe(
                        operation,
                        "503",
                        "The stream did not acknowledge any purchase in time; try again after Retry-After seconds."
                    );
                    return Task.CompletedTask;
                }
            );

    private static void Describe(OpenApiOperation operation, string code, string description) =>
        operation.Responses![code].Description = description;

    private static OpenApiSchema PurchaseSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string> { "purchase_id", "purchased_at", "lines" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["purchase_id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Za-z0-9._-]{1,64}$",
                },
                ["customer_id"] = Text(PurchaseLimits.MaxNameCharacters),
                ["store_id"] = Text(PurchaseLimits.MaxNameCharacters),
                ["purchased_at"] = Time("From 1990 to one day ahead; UTC unless it has an offset"),
                ["country"] = Text(PurchaseLimits.MaxNameCharacters),
                ["currency"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Z]{3}$",
                    Description = "ISO 4217 code; the service's default currency if omitted",
                },
                ["lines"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MinItems = 1,
                    MaxItems = PurchaseLimits.MaxLines,
                    Items = LineSchema(),
                },
            },
        };

    private static OpenApiSchema LineSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string> { "product_id", "quantity", "unit_price" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["line"] = Number(
                    JsonSchemaType.Integer,
                    1,
                    PurchaseLimits.MaxLineNumber,
                    "Line number; the position in the array, from 1, if omitted"
                ),
                ["product_id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    MaxLength = PurchaseLimits.MaxNameCharacters,
                },
                ["description"] = Text(PurchaseLimits.MaxDescriptionCharacters),
                ["quantity"] = Number(
                    JsonSchemaType.Integer,
                    -PurchaseLimits.MaxQuantity,
                    PurchaseLimits.MaxQuantity,
                    "Not 0; negative for a return"
                ),
                ["unit_price"] = Number(
                    JsonSchemaType.Number,
                    -PurchaseLimits.MaxUnitPrice,
                    PurchaseLimits.MaxUnitPrice,
                    "At most 4 decimal places"
                ),
                ["purchased_at"] = Time("Time of the line, if it differs from the purchase's"),
            },
        };

    private static OpenApiSchema Text(int maxCharacters) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, MaxLength = maxCharacters };

    private static OpenApiSchema Time(string description) =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = "date-time",
            Description = description,
        };

    private static OpenApiSchema Number(JsonSchemaType type, int min, int max, string description) =>
        new()
        {
            Type = type,
            Minimum = min.ToString(CultureInfo.InvariantCulture),
            Maximum = max.ToString(CultureInfo.InvariantCulture),
            Description = description,
        };
}
